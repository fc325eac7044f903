/*
 * Runs a program as the only one in a network of its own, and is its name server: prints `lookup <name>` for every question,
 * and lets the program's own lines through. Arguments: Node.js's, for the program. Ends with its standard input.
 */
const { spawn } = require('node:child_process');
const { createSocket } = require('node:dgram');

/** The name in a DNS question: labels, each after its length (RFC 1035, section 3.1). */
function questionedName(query) {
  const labels = [];
  for (let at = 12; query[at]; at += 1 + query[at]) labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
  return labels.join('.');
}

const server = createSocket('udp4');
server.on('message', (query) => process.stdout.write(`lookup ${questionedName(query)}\n`));
server.bind(53, '127.0.0.1', () => {
  const program = spawn(process.execPath, process.argv.slice(2), { stdio: ['ignore', 'inherit', 'inherit'] });
  program.once('exit', (code) => process.exit(code ?? 1));
  process.stdin.resume().once('end', () => program.kill('SIGKILL'));
});
