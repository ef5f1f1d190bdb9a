// A submission server of the npm package smtp-server, for the live tests: mail only from user phone
// with password secret, each message stored as a file.
// Usage: node server.js PORT TLS-PORT KEY CERTIFICATE FOLDER
const fs = require('fs');
const path = require('path');
const { SMTPServer } = require('smtp-server');
const [port, tlsPort, key, certificate, folder] = process.argv.slice(2);
let stored = 0;

function refusal(code, text) {
  return Object.assign(new Error(text), { responseCode: code });
}

function onAuth(auth, session, done) {
  const right = auth.username === 'phone' &&
    (auth.validatePassword ? auth.validatePassword('secret') : auth.password === 'secret');
  if (!right) return done(refusal(535, 'Wrong user or password'));
  done(null, { user: 'phone' });
}

function onRcptTo(address, session, done) {
  if (!session.user) return done(refusal(530, 'Authentication required'));
  done(address.address.startsWith('nobody@') ? refusal(550, 'No such user') : null);
}

function onData(stream, session, done) {
  const parts = [];
  stream.on('data', part => parts.push(part));
  stream.on('end', () => {
    const to = session.envelope.rcptTo.map(recipient => recipient.address);
    const text = `X-Recipients: ${to.join(' ')}\r\n` + Buffer.concat(parts).toString('latin1');
    const name = path.join(folder, `${process.pid}.${++stored}`);
    fs.writeFileSync(name + '.part', text, 'latin1');
    fs.renameSync(name + '.part', name + '.eml');
    done(null, 'stored');
  });
}

const options = {
  name: 'mx.example.net', authOptional: true, allowInsecureAuth: true, disableReverseLookup: true,
  authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'], size: 26214400,
  key: fs.readFileSync(key), cert: fs.readFileSync(certificate), onAuth, onRcptTo, onData
};
for (const [number, secure] of [[port, false], [tlsPort, true]]) {
  const server = new SMTPServer({ ...options, secure });
  server.on('error', error => console.error(error.message));
  server.listen(Number(number), '127.0.0.1');
}
