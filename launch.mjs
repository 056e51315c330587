// Loaded before everything else (`node --import`), and plain JavaScript, because an older Node cannot even read ours.
import * as module from 'node:module';

// `npm ci` brings Node 24 in node_modules/.bin, which `npm run` puts first; an install without scripts does not.
if (!process.versions.node.startsWith('24.')) {
  process.stderr.write(
    `Slipway runs on Node 24, this is Node ${process.versions.node}. Run "npm ci" without --ignore-scripts, ` +
      'then start everything through "npm run".\n',
  );
  process.exit(1);
}

// Keeps the types stripped and the code compiled between starts: a third of the start-up time and 25 MB. Where the
// temporary directory cannot be written, Node goes on without it.
module.enableCompileCache();
