export { type ErrorCode, errorCodes } from './http/error-codes.ts'
export { openApplication } from './open-application.ts'
