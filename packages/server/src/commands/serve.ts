import type { Command } from 'commander';
import { addCommand, type CommonOptions } from '../command-line.js';
import { readConfig } from '../config.js';
import { serve } from '../serve.js';

export function addServeCommand(program: Command): void {
  addCommand(program, 'serve', 'run the platform with its HTTP API until Ctrl-C')
    .option('--demo', 'with a demo account, a request to paste and a webhook receiver')
    .action((options: CommonOptions & { demo?: true }) =>
      serve(readConfig(process.env), { demo: options.demo === true, json: options.json === true }),
    );
}
