import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createHttpServer } from './http-server.js';

describe('the HTTP server', () => {
  it('gives requests their prototypes before Express does, and all that Express adds', async () => {
    const app = express();
    let prototypes: unknown[] = [];
    app.use(express.json());
    app.post('/:name', (request, response) => {
      prototypes = [Object.getPrototypeOf(request), Object.getPrototypeOf(response)];
      response.status(201).json({ name: request.params.name, host: request.hostname, body: request.body as unknown });
    });
    const born: unknown[] = [];
    const server = createHttpServer(app);
    // In front of Express's own listener, so that what is seen here is how they were born.
    server.prependListener('request', (request, response) => {
      born.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const response = await fetch(`http://127.0.0.1:${port}/a`, {
        method: 'POST',
        body: '{"n":1}',
        headers: { 'content-type': 'application/json' },
      });
      assert.equal(response.status, 201);
      assert.deepEqual(await response.json(), { name: 'a', host: '127.0.0.1', body: { n: 1 } });
      assert.equal(prototypes[0], born[0]);
      assert.equal(prototypes[1], born[1]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
