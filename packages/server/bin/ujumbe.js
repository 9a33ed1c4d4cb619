#!/usr/bin/env node
'use strict';

/** The compiled command line; undefined when it is not there. Resolved first, so that a missing dependency says so itself. */
function compiled() {
  try {
    return require.resolve('../dist/main.js');
  } catch {
    return undefined;
  }
}

const main = compiled();
if (main) {
  void require(main).main(process.argv);
} else {
  process.stderr.write('Ujumbe is not built yet: run "npm run build" in the clone first.\n');
  process.exitCode = 1;
}
