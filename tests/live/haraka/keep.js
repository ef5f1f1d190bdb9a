// A plugin of Haraka for the live tests: takes mail only from who is logged in, and stores each
// message as a file below the folder that config/keep names.
'use strict';
const fs = require('fs');
const path = require('path');
let stored = 0;

exports.hook_rcpt = function (next, connection, [recipient]) {
  if (recipient.address.startsWith('nobody@')) return next(DENY, 'No such user');
  return connection.relaying ? next(OK) : next();
};

// Haraka sends on what a client that is logged in gave: its queue for that is this one.
exports.hook_queue_outbound = function (next, connection) {
  const { rcpt_to: to, message_stream: stream } = connection.transaction;
  const name = path.join(this.config.get('keep'), `${process.pid}.${++stored}`);
  const file = fs.createWriteStream(name + '.part');
  file.write(`X-Recipients: ${to.map(one => one.address).join(' ')}\r\n`);
  file.on('error', error => next(DENYSOFT, error.message));
  file.on('finish', () => {
    fs.renameSync(name + '.part', name + '.eml');
    next(OK, 'stored');
  });
  stream.pipe(file, { line_endings: '\r\n', dot_stuffed: false });
};
