// Installs the independent SMPP implementations that the tests speak with: Kannel, Perl's Net::SMPP and tshark, and
// openssl for a certificate. From Debian's packages, where there is apt-get and root to run it; does nothing when all
// of them are there. The last line of stderr says in one sentence why not when it ends with another status than 0.
import { spawnSync } from 'node:child_process';

const programs = {
  kannel: ['bearerbox', ['--version']],
  'libnet-smpp-perl': ['perl', ['-MNet::SMPP', '-MJSON::PP', '-e', '1']],
  tshark: ['tshark', ['--version']],
  openssl: ['openssl', ['version']],
};
const limitMs = 240_000;
const deadline = Date.now() + limitMs;
const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

const answers = ([program, args]) => spawnSync(program, args, { stdio: 'ignore', env }).status === 0;
const missing = () => Object.keys(programs).filter((name) => !answers(programs[name]));

function giveUp(reason) {
  console.error(`Not installed: ${missing().join(', ')}, because ${reason}.`);
  process.exit(1);
}

/** Without a network this must be found out soon, so nothing is tried twice. */
function aptGet(...args) {
  const options = ['-y', '-qq', '-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10'];
  const all = [...options, '-o', 'DPkg::Lock::Timeout=30', ...args];
  const timeout = Math.max(1, deadline - Date.now());
  const { status, stderr, error } = spawnSync('apt-get', all, { env, timeout, encoding: 'utf8' });
  const lines = `${stderr ?? ''}${error ?? ''}`.trim().split('\n');
  return { succeeded: status === 0, trouble: lines.at(-1) || `it ended with ${status}` };
}

/** The packages' own lists may be missing or too old to find anything by. */
function install(names) {
  const wanted = ['install', '--no-install-recommends', ...names];
  if (aptGet(...wanted).succeeded) return;
  const updated = aptGet('update');
  const installed = aptGet(...wanted);
  if (!installed.succeeded) giveUp(`apt-get said: ${updated.succeeded ? installed.trouble : updated.trouble}`);
}

/** Debian starts what it installs. Nobody here asked for a Kannel on its usual ports, now or after the next boot. */
function stopService() {
  spawnSync('/etc/init.d/kannel', ['stop'], { env, stdio: 'ignore', timeout: 30_000 });
  spawnSync('update-rc.d', ['kannel', 'disable'], { env, stdio: 'ignore', timeout: 30_000 });
}

const wanted = missing();
if (wanted.length > 0) {
  if (process.getuid?.() !== 0) giveUp('only root can install packages');
  if (!answers(['apt-get', ['--version']])) giveUp('there is no apt-get');
  install(wanted);
  if (wanted.includes('kannel')) stopService();
  if (missing().length > 0) giveUp('apt-get installed them and they do not run all the same');
}
