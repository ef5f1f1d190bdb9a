// A submission server of the npm package simplesmtp, for the live tests: mail only from user phone
// with password secret, each message stored as a file. STARTTLS is offered, and dies on a Node.js
// that no longer has crypto.createCredentials: that is the package's own doing.
// Usage: node server.js PORT FOLDER
const fs = require('fs');
const path = require('path');
const simplesmtp = require('simplesmtp');
const [port, folder] = process.argv.slice(2);
let stored = 0;

const server = simplesmtp.createServer({
  name: 'mx.example.net', requireAuthentication: true, ignoreTLS: true, disableDNSValidation: true
});
server.on('authorizeUser', (envelope, user, password, done) =>
  done(null, user === 'phone' && password === 'secret'));
server.on('validateRecipient', (envelope, address, done) =>
  done(address.startsWith('nobody@') ? new Error('No such user') : null));
server.on('startData', envelope => { envelope.parts = []; });
server.on('data', (envelope, part) => envelope.parts.push(part));
server.on('dataReady', (envelope, done) => {
  const text = `X-Recipients: ${envelope.to.join(' ')}\r\n` +
    Buffer.concat(envelope.parts).toString('latin1');
  const name = path.join(folder, `${process.pid}.${++stored}`);
  fs.writeFileSync(name + '.part', text, 'latin1');
  fs.renameSync(name + '.part', name + '.eml');
  done(null, 'stored');
});
// a STARTTLS that throws must not end the server for those who come after it
process.on('uncaughtException', error => console.error(error.message));
server.listen(Number(port), '127.0.0.1', () => {});
