import { allDatabases, describeOnDatabases } from '../support/databases.js';
import { storeSuite } from './store-suite.js';

describeOnDatabases('the store', storeSuite, { on: allDatabases });
