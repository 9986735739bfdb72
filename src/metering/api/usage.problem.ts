import { titleOf } from '../../api/http/problem.js';
import type { Issue } from '../../kernel/issue.js';

/** What is wrong with a request, or with one of its events: `index` is its place, from 0. */
export interface RequestIssue extends Issue {
  readonly index: number | null;
}

/** Problem details (RFC 9457) with every issue; nothing of the request was stored. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly issues: readonly RequestIssue[];
}

/** More would only repeat what is wrong with a thousand events. */
const ISSUES_MAX = 100;

export function problem(status: number, issues: readonly RequestIssue[]): Problem {
  const [first] = issues;
  const others = issues.length > 1 ? `, and ${issues.length - 1} more` : '';
  const place = first === undefined || first.index === null ? '' : `event ${first.index}: `;
  const detail = `${place}${first?.field} ${first?.reason}${others}; nothing was stored`;
  return { ...blank(status), detail, issues: issues.slice(0, ISSUES_MAX) };
}

/** For what is not about the content. */
export function refusal(status: number, detail: string): Problem {
  return { ...blank(status), detail, issues: [] };
}

function blank(status: number): Pick<Problem, 'type' | 'title' | 'status'> {
  return { type: 'about:blank', title: titleOf(status), status };
}
