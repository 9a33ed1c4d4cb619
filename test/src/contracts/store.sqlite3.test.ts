import { describeOnDatabases } from '../support/databases.js';
import { storeSuite } from './store-suite.js';

// A file for each database, so that the longest of the suites can run on several at a time.
describeOnDatabases('the store', storeSuite, { on: ['sqlite3'] });
