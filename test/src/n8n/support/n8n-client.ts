import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathOf } from '../install/cached-folder.js';
import type { N8nProcess } from './n8n-process.js';

/** An item of n8n's, as far as tests look at it. */
export interface Item {
  json: Record<string, unknown>;
  pairedItem?: unknown;
}

/** What a node did in an execution. */
export interface NodeRun {
  data?: { main: (Item[] | null)[] };
  error?: { message: string; description?: string; context?: Record<string, unknown> };
  executionStatus: string;
}

interface ListedExecution {
  id: string;
  status: string;
  /** What started it: `webhook`, or `manual` for a person in the editor. */
  mode: string;
}

export interface Execution {
  id: string;
  status: string;
  retryOf?: string | null;
  runData: Record<string, NodeRun[]>;
}

export interface WorkflowNode {
  name: string;
  type: string;
  parameters?: object;
  [field: string]: unknown;
}

export interface Workflow {
  name: string;
  nodes: WorkflowNode[];
  /** From a node's name to those behind it, by output. */
  links: Record<string, (string | string[])[]>;
  settings?: object;
}

const within = 40_000;

/** Who n8n belongs to. */
export const owner = { email: 'owner@example.com', password: 'Correct-horse-1' };

/** n8n as its editor speaks to it. */
export class N8nClient {
  #cookie = '';

  constructor(readonly n8n: N8nProcess) {}

  /** Makes the owner, or signs in as the owner after a restart. */
  async signIn(): Promise<void> {
    const setup = await this.ask('POST', '/rest/owner/setup', { ...owner, firstName: 'O', lastName: 'W' });
    if (setup.status < 300) return;
    const login = await this.ask('POST', '/rest/login', { ...owner, emailOrLdapLoginId: owner.email });
    assert.equal(login.status, 200, JSON.stringify(login.body));
  }

  async ask(method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(this.n8n.url + path, {
      method,
      headers: { 'content-type': 'application/json', 'browser-id': 'ujumbe-tests', cookie: this.#cookie },
      ...(body && { body: JSON.stringify(body) }),
    });
    const [cookie] = answer.headers.getSetCookie();
    if (cookie?.startsWith('n8n-auth')) this.#cookie = cookie.split(';', 1)[0] ?? '';
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : { text }) as never,
    };
  }

  /** What a request that must succeed answers as `data`. */
  async data<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.ask(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 600)}`);
    return answer.body.data as T;
  }

  async addCredential(type: string, data: object, title = type): Promise<{ id: string; name: string }> {
    const credential = { name: title, type, data };
    const { id, name } = await this.data<{ id: string; name: string }>('POST', '/rest/credentials', credential);
    return { id, name };
  }

  /** What the editor shows when a credential is saved. */
  async testCredential(data: { baseUrl: string; apiToken: string }): Promise<{ status: string; message: string }> {
    const credentials = { ...(await this.addCredential('ujumbeApi', data)), type: 'ujumbeApi', data };
    return this.data('POST', '/rest/credentials/test', { credentials });
  }

  async addWorkflow({ links, nodes, ...workflow }: Workflow): Promise<{ id: string; versionId: string }> {
    const connections = Object.fromEntries(
      Object.entries(links).map(([from, outputs]) => [
        from,
        { main: outputs.map((to) => [to].flat().map((node) => ({ node, type: 'main', index: 0 }))) },
      ]),
    );
    const placed = nodes.map((node, place) => ({
      id: crypto.randomUUID(),
      typeVersion: 1,
      position: [place * 220, 0],
      parameters: {},
      ...node,
    }));
    return this.importWorkflow({ settings: {}, ...workflow, nodes: placed, connections });
  }

  /** Stores a workflow as it is written down, which is what the editor does with a file. */
  importWorkflow(workflow: object): Promise<{ id: string; versionId: string }> {
    return this.data('POST', '/rest/workflows', { active: false, ...workflow });
  }

  /** Activates a workflow and waits until its webhooks are there. */
  async activate({ id }: { id: string }): Promise<void> {
    const { versionId } = await this.data<{ versionId: string }>('GET', `/rest/workflows/${id}`);
    if (this.n8n.flavour.major === 1) {
      await this.data('PATCH', `/rest/workflows/${id}`, { active: true, versionId });
      return;
    }
    await this.data('POST', `/rest/workflows/${id}/activate`, { versionId });
    await this.until(`${id} is published`, async () => {
      const { body } = await this.ask('GET', `/rest/workflows/${id}/publication-status`);
      return JSON.stringify(body).includes('"published"') || undefined;
    });
  }

  async deactivate({ id }: { id: string }): Promise<void> {
    if (this.n8n.flavour.major === 1) {
      const { versionId } = await this.data<{ versionId: string }>('GET', `/rest/workflows/${id}`);
      await this.data('PATCH', `/rest/workflows/${id}`, { active: false, versionId });
    } else await this.data('POST', `/rest/workflows/${id}/deactivate`, {});
  }

  /** Deactivates a workflow and deletes it; 2.x lets it go once it has given up unsubscribing. */
  async deleteWorkflow({ id }: { id: string }): Promise<void> {
    await this.data('POST', `/rest/workflows/${id}/archive`, {});
    await this.until(`${id} is deleted`, async () => {
      const { status } = await this.ask('DELETE', `/rest/workflows/${id}`);
      return status === 200 || undefined;
    });
  }

  /** *Listen for test event*: a second address for a trigger, until something comes or the user has enough of it. */
  async listenForTestEvent({ id }: { id: string }, trigger: string): Promise<void> {
    // 1.x runs the workflow it is sent, with what is not saved yet; 2.x the one it has.
    const workflowData = await this.data<object>('GET', `/rest/workflows/${id}`);
    const asked = { workflowData, triggerToStartFrom: { name: trigger } };
    const { waitingForWebhook } = await this.data<{ waitingForWebhook?: boolean }>(
      'POST',
      `/rest/workflows/${id}/run`,
      asked,
    );
    assert.equal(waitingForWebhook, true);
  }

  async stopListening({ id }: { id: string }): Promise<void> {
    await this.data('DELETE', `/rest/test-webhook/${id}`);
  }

  /** The executions of a workflow, the oldest first. */
  async executions({ id }: { id: string }): Promise<ListedExecution[]> {
    const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
    const { results } = await this.data<{ results: ListedExecution[] }>(
      'GET',
      `/rest/executions?filter=${filter}&limit=100`,
    );
    return results.reverse();
  }

  async execution(executionId: string): Promise<Execution> {
    const shown = await this.data<{ id: string; status: string; retryOf?: string; data: string }>(
      'GET',
      `/rest/executions/${executionId}`,
    );
    const load = createRequire(join(pathOf(this.n8n.flavour), 'package.json'));
    const { parse } = load('flatted') as { parse: (text: string) => { resultData: { runData: Execution['runData'] } } };
    const { runData } = parse(shown.data).resultData;
    return { id: shown.id, status: shown.status, retryOf: shown.retryOf ?? null, runData };
  }

  /** Waits for the nth execution of a workflow to end, or to stand as wanted. */
  async ended(workflow: { id: string }, nth = 1, wanted = ['success', 'error', 'crashed']): Promise<Execution> {
    const found = await this.until(`execution ${nth} of ${workflow.id} is ${wanted.join(' or ')}`, async () => {
      const execution = (await this.executions(workflow))[nth - 1];
      return execution && wanted.includes(execution.status) ? execution : undefined;
    });
    return this.execution(found.id);
  }

  async until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    for (const end = Date.now() + within; Date.now() < end;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      await sleep(100);
    }
    assert.fail(`it did not come to pass that ${what}\n${this.n8n.output.slice(-2_000)}`);
  }
}

/** The items a node put out in its last run, by output. */
export function outputsOf({ runData }: Execution, node: string): Item[][] {
  const run = runData[node]?.at(-1);
  assert.ok(run, `${node} did not run; what ran: ${Object.keys(runData).join(', ')}`);
  assert.equal(run.error, undefined, `${node} failed: ${run.error?.message} ${run.error?.description}`);
  return (run.data?.main ?? []).map((items) => items ?? []);
}
