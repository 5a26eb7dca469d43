import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { ErrorAnswers } from '../error-answers.js';
import { apiErrors } from '../errors.js';
import { bodyError, isBodyError } from '../http/body-error.js';

/** Answers what went wrong in REST as problem+json. */
export function problems(answers: ErrorAnswers): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => {
    const { headers, body } = answers.problem(isBodyError(error) ? bodyError(error) : error);
    if (response.headersSent) return;
    response.status(body.status).set(headers).type('application/problem+json').send(JSON.stringify(body));
  };
}

export function nothingHere(): RequestHandler {
  return () => {
    throw apiErrors.notFound();
  };
}
