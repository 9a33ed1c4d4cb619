// What both hosts do: one platform, mounted in an application for each way to mount it.
const { createServer } = require('node:http');

const prefixes = ['/', '/a/b'];
const parsers = ['no parser', 'a parser before', 'a parser after', 'a parser of everything'];

module.exports.serveApps = async ({ express, createSms, simulator, createSmsRouter, filename }) => {
  const sms = await createSms({ database: { client: 'better-sqlite3', filename }, transports: [simulator()] });
  const account = { name: 'Duka', country: 'TZ', currency: 'TZS', credits: 100_000, sender: 'MYAPP' };
  const { apiToken } = await sms.accounts.open(account);
  await sms.start();
  const apps = [];
  for (const prefix of prefixes) {
    for (const parser of parsers) {
      const app = express();
      if (parser === 'a parser before') app.use(express.json());
      if (parser === 'a parser of everything') app.use(express.raw({ type: () => true }));
      app.use(prefix, createSmsRouter(sms));
      if (parser === 'a parser after') app.use(express.json());
      app.use((request, response) => response.status(200).send(`the host's own ${request.url}`));
      apps.push({ prefix, parser, server: createServer(app) });
    }
  }
  await Promise.all(apps.map(({ server }) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))));
  // Which Express the router and the host have really loaded.
  const expresses = Object.keys(require.cache).flatMap(
    (file) => /node_modules.(express4?).index\.js$/.exec(file)?.[1] ?? [],
  );
  process.send({
    apiToken,
    expresses,
    apps: apps.map(({ prefix, parser, server }) => ({ prefix, parser, port: server.address().port })),
  });
  process.once('disconnect', async () => {
    for (const { server } of apps) server.closeAllConnections();
    for (const { server } of apps) server.close();
    await sms.stop();
  });
};
