export { SmsError, errorTraits, type SmsErrorCode, type SmsErrorOptions, type ErrorTrait } from './errors.js';
