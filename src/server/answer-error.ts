import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, toProblem, type ErrorCode } from '#platform/errors';
import type { ReportError } from './error-reports.ts';

/** What goes wrong inside Fastify and its plugins, in our words. */
const ofFastify: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_request', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_request', 'The body is not as long as its header says.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'This kind of body is not accepted here.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body is too large.'],
  FST_ERR_BAD_URL: ['malformed_request', 'The address is not valid.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'There is nothing at this address.'],
  FST_REQ_FILE_TOO_LARGE: ['payload_too_large', 'The file is too large.'],
  FST_PARTS_LIMIT: ['payload_too_large', 'The form has too many parts.'],
  FST_FILES_LIMIT: ['payload_too_large', 'Send one file at a time.'],
  FST_FIELDS_LIMIT: ['payload_too_large', 'The form has too many fields.'],
  FST_INVALID_MULTIPART_CONTENT_TYPE: ['unsupported_media_type', 'Send a multipart form with a file.'],
  FST_PROTO_VIOLATION: ['malformed_request', 'The form has a field of a forbidden name.'],
  FST_ERR_REQ_CLOSED: ['upload_incomplete', 'The request ended too early.'],
  ERR_STREAM_PREMATURE_CLOSE: ['upload_incomplete', 'The request ended too early.'],
};

/** What PostgreSQL says to a text that it cannot hold, wherever in a request it stood: only NUL is such a one. */
const nulInText: readonly [ErrorCode, string] = [
  'invalid_input',
  'A text has the character NUL in it, which cannot be kept. Leave it out.',
];
const ofPostgres: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  '22021': nulInText,
  '22P05': nulInText,
};

/** The parser of multipart forms has no codes, only these sentences. */
const ofMultipart: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  'Multipart: Boundary not found': ['malformed_request', 'The form does not say where its parts begin.'],
  'Unexpected end of multipart data': ['upload_incomplete', 'The request ended too early.'],
  'Part terminated early due to unexpected end of multipart data': [
    'upload_incomplete',
    'The request ended too early.',
  ],
};

function asAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = ofFastify[code] ?? ofPostgres[code] ?? (code === '' ? ofMultipart[error.message] : undefined);
  if (known !== undefined) return new AppError(known[0], known[1], { cause: error });
  // The JSON parser refuses __proto__ and constructor keys with a bare SyntaxError of status 400.
  if (error instanceof SyntaxError && 'statusCode' in error && error.statusCode === 400) {
    return new AppError('malformed_request', 'The body is not valid JSON.', { cause: error });
  }
  return error;
}

function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  reportError: ReportError,
): FastifyReply {
  const known = asAppError(error);
  const problem = toProblem(known, request.id);
  if (problem.status >= 500) {
    request.log.error({ err: known }, problem.detail);
    reportError(known, { request_id: request.id, code: problem.code });
  }
  if (problem.status === 403) request.log.warn({ code: problem.code, detail: problem.detail }, 'refused');
  if (reply.raw.headersSent) {
    // A stream broke half-way: a cut connection is the only way left to say so.
    reply.raw.destroy();
    return reply;
  }
  if (known instanceof AppError && known.retryAfterSeconds !== undefined) {
    reply.header('retry-after', String(Math.ceil(known.retryAfterSeconds)));
  }
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem));
}

/**
 * Addresses that the router itself refuses, before any hook of ours; without this they leave in Fastify's own shape.
 * For the option `frameworkErrors` of `fastify()`.
 */
export function answerRouterError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-content-type-options', 'nosniff').header('x-request-id', request.id);
  answerError(error, request, reply, () => undefined);
}

/** Makes every error an RFC 9457 problem. */
export function answerErrors(app: FastifyInstance, reportError: ReportError): void {
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, reportError));
  app.setNotFoundHandler((request, reply) =>
    answerError(new AppError('not_found', 'There is nothing at this address.'), request, reply, reportError),
  );
}
