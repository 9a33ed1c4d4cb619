export { commandStatus, nameOfStatus, statusOfError, type CommandStatusName } from './status-codes.js';
