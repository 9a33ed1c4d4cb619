// A host application written as CommonJS: node commonjs-host.js <express module> <database file>
const { createSms, simulator } = require('@ujumbe/core');
const { createSmsRouter } = require('@ujumbe/express-router');
const { serveApps } = require('./serve-apps.js');

const [, , expressName, filename] = process.argv;
serveApps({ express: require(expressName), createSms, simulator, createSmsRouter, filename });
