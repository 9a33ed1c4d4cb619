import { Command } from 'commander';
import { explainFailure, wantsJson } from './command-line.js';
import { addAccountCommands } from './commands/account.js';
import { addClientCommands } from './commands/client.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addKeyCommands } from './commands/key.js';
import { addMigrateCommand } from './commands/migrate.js';
import { addPackageCommands } from './commands/package.js';
import { addPriceCommands } from './commands/price.js';
import { addSendCommand } from './commands/send.js';
import { addSenderCommands } from './commands/sender.js';
import { addServeCommand } from './commands/serve.js';
import { addTailCommand } from './commands/tail.js';
import { addSimulateCommands } from './commands/simulate.js';
import { addSmppCommands } from './commands/smpp.js';
import { addTenantCommands } from './commands/tenant.js';
import { addTokenCommands } from './commands/token.js';
import { addUserCommands } from './commands/user.js';
import { endWithReader, printError } from './output.js';

const lingerMs = 500;

/** Runs the command line. Sets the exit code; never rejects. */
export async function main(argv: readonly string[]): Promise<void> {
  endWithReader();
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    const explained = explainFailure(error);
    if (explained) {
      printError(explained, wantsJson(argv));
      process.exitCode = 1;
    }
  }
  // A driver that could not open its database may leave a pool behind. Nothing is under way any more that it could lose.
  setTimeout(() => process.exit(), lingerMs).unref();
}

function createProgram(): Command {
  const program = new Command('ujumbe')
    .description('An SMS platform: runs it, and does what its operator has to do.')
    // Errors are printed in one place, as a sentence or as JSON; commands inherit both settings.
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  addServeCommand(program);
  addMigrateCommand(program);
  addAccountCommands(program);
  addTenantCommands(program);
  addSenderCommands(program);
  addTokenCommands(program);
  addPackageCommands(program);
  addPriceCommands(program);
  addKeyCommands(program);
  addClientCommands(program);
  addUserCommands(program);
  addSmppCommands(program);
  addSimulateCommands(program);
  addSendCommand(program);
  addTailCommand(program);
  addDoctorCommand(program);
  return program;
}
