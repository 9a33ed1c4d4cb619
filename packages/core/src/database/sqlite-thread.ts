import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type BetterSqlite from 'better-sqlite3';
import { openSqlite } from './open-sqlite.js';
import { notOpened, serializeError, type ThreadReply, type ThreadRequest } from './sqlite-thread-messages.js';

/**
 * Runs one SQLite connection in a thread of its own, so that a commit's disk flush never stands in the way of the
 * event loop that answers HTTP. The other end is `ThreadedConnection`.
 */
const port = parentPort;
if (!port) throw new Error('sqlite-thread runs as a worker thread only.');

const connection = open(port);

/** An error that ends a thread loses its type and code on the way, so a file that cannot be opened is told of first. */
function open(to: MessagePort): BetterSqlite.Database {
  try {
    return openSqlite(workerData as { filename: string; readonly: boolean });
  } catch (error) {
    to.postMessage({ id: notOpened, result: {}, error: serializeError(error) } satisfies ThreadReply);
    process.exit(1);
  }
}

const prepared = new Map<string, BetterSqlite.Statement>();
const preparedLimit = 300;

/** Statements repeat for every batch: preparing each once saves a third of a small commit. */
function prepare(sql: string): BetterSqlite.Statement {
  let statement = prepared.get(sql);
  if (!statement) {
    statement = connection.prepare(sql);
    if (prepared.size >= preparedLimit) prepared.clear();
    prepared.set(sql, statement);
  }
  return statement;
}

function query(sql: string, bindings: readonly unknown[]): ThreadReply['result'] {
  const statement = prepare(sql);
  if (statement.reader) return { rows: statement.all(...bindings) };
  const { changes, lastInsertRowid } = statement.run(...bindings);
  return { changes, lastID: Number(lastInsertRowid) };
}

function commit(request: Extract<ThreadRequest, { kind: 'commit' }>): ThreadReply['result'] {
  prepare('BEGIN IMMEDIATE').run();
  try {
    for (const { sql, bindings, expect } of request.statements) {
      const result = query(sql, bindings);
      const touched = result.rows?.length ?? result.changes;
      if (expect && touched !== expect.rows) {
        prepare('ROLLBACK').run();
        return { conflict: expect.name };
      }
    }
    prepare('COMMIT').run();
    return {};
  } catch (error) {
    if (connection.inTransaction) prepare('ROLLBACK').run();
    throw error;
  }
}

function answer(request: ThreadRequest): ThreadReply['result'] {
  switch (request.kind) {
    case 'query':
      return query(request.sql, request.bindings);
    case 'commit':
      return commit(request);
    case 'close':
      connection.close();
      return {};
  }
}

port.on('message', (request: ThreadRequest) => {
  let reply: ThreadReply;
  try {
    reply = { id: request.id, result: answer(request) };
  } catch (error) {
    reply = { id: request.id, result: {}, error: serializeError(error) };
  }
  port.postMessage(reply);
  if (request.kind === 'close') port.close();
});
