// A platform that answers 1 KB of JSON at the least cost that is possible, since it shares its core with the load.
import net from 'node:net';

const body = JSON.stringify({ text: 'x'.repeat(1013) });
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
    `Date: ${new Date().toUTCString()}\r\nETag: "1"\r\nX-Request-Id: 1\r\n\r\n${body}`,
);
net
  .createServer({ noDelay: true }, (socket) => {
    // A request of the benchmark has no body and comes in one piece.
    socket.on('data', () => socket.write(answer)).on('error', () => socket.destroy());
  })
  .listen(Number(process.argv[2]), '127.0.0.1');
