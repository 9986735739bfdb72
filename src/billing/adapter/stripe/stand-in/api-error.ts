import { err, type Err } from '../../../../kernel/result.js';

/** An answer of Stripe's that refuses: https://docs.stripe.com/api/errors */
export interface ApiError {
  readonly status: number;
  readonly error: ApiErrorBody;
}

export interface ApiErrorBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
  readonly decline_code?: string;
  readonly doc_url?: string;
  readonly charge?: string;
  readonly payment_intent?: object;
  readonly setup_intent?: object;
  readonly payment_method?: object;
}

const DOCUMENTATION = 'https://docs.stripe.com/error-codes/';

export function apiError(status: number, error: ApiErrorBody): Err<ApiError> {
  return err({ status, error: { ...error, ...documentationOf(error.code) } });
}

function documentationOf(code: string | undefined): { readonly doc_url?: string } {
  return code === undefined ? {} : { doc_url: DOCUMENTATION + code.replaceAll('_', '-') };
}

/** 400 for parameters; `code` is null where Stripe gives none. */
export function invalidRequest(
  code: string | null,
  message: string,
  param: string | null = null,
): Err<ApiError> {
  return apiError(400, {
    type: 'invalid_request_error',
    message,
    ...(code === null ? {} : { code }),
    ...(param === null ? {} : { param }),
  });
}

/** The object that the URL names is not there: 404. One that a parameter names: 400. */
export function missingResource(
  kind: string,
  id: string,
  param: string,
  status: 400 | 404 = 400,
): Err<ApiError> {
  const message = `No such ${kind}: '${id}'`;
  const type = 'invalid_request_error';
  return apiError(status, { type, code: 'resource_missing', message, param });
}
