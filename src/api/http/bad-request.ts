import { BadRequestException, type HttpException } from '@nestjs/common';
import type { Issue } from '../../kernel/issue.js';

/** 400 with each wrong part of a request; the filter shows them beside the detail. */
export function badRequest(issues: readonly Issue[]): BadRequestException {
  const message = issues.map(({ field, reason }) => `${field} ${reason}`).join('; ');
  return new BadRequestException({ message, issues });
}

/** What `badRequest` was made of; undefined for every other exception. */
export function issuesOf(exception: HttpException): readonly Issue[] | undefined {
  const response = exception.getResponse() as { readonly issues?: readonly Issue[] } | string;
  return typeof response === 'string' ? undefined : response.issues;
}
