// Loaded before a host: stands in for a project where Express 4 is what `express` means, for the router too.
const Module = require('node:module');

const express4 = require.resolve('express4');
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => (request === 'express' ? express4 : resolve(request, ...rest));
