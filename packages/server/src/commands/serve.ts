import type { Command } from 'commander';
import { addCommand, type CommonOptions } from '../command-line.js';
import { readConfig } from '../config.js';

export function addServeCommand(program: Command): void {
  addCommand(program, 'serve', 'run the platform with its HTTP API until Ctrl-C')
    .option('--demo', 'with a demo account, a request to paste and a webhook receiver')
    .action(async (options: CommonOptions & { demo?: true }) => {
      // The router and all that it stands on take half the time that a command needs to begin; no other wants them.
      const { serve } = await import('../serve.js');
      return serve(readConfig(process.env), { demo: options.demo === true, json: options.json === true });
    });
}
