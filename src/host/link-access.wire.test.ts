/** What goes out on a real socket, by the way that was chosen. Mutations tried: tunnel left out; the port left out of `Host`. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { hostConnector, type Access } from './link-access.ts';

const tunnel = { path: '/p', userAgent: 'u', cacheControl: 'c', contentType: 't', accept: 'a' };
const plain: Access = { ca: undefined, serverName: undefined, tunnel: undefined };

/** The first bytes that a host at `address` hears when `0001AA` is written. */
async function heardAt(address: string, access: Access): Promise<readonly [string, number]> {
  const server = createServer().listen(0, address);
  await once(server, 'listening');
  const where = server.address();
  const port = typeof where === 'object' && where !== null ? where.port : 0;
  const called = once(server, 'connection') as Promise<[Socket]>;
  hostConnector(
    { address, port },
    access,
  )((result) => {
    if (result.ok) result.value.write(Uint8Array.of(0, 1, 0xaa));
  });
  const [socket] = await called;
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  server.close();
  return [chunk.toString('latin1'), port];
}

test('over plain TCP a frame goes as it is', async () => {
  expect(await heardAt('127.0.0.1', plain)).toEqual(['\x00\x01\xaa', expect.any(Number)]);
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '[::1]'],
])('over a tunnel at %s the field Host is the address and the port', async (address, named) => {
  const [text, port] = await heardAt(address, { ...plain, tunnel });
  expect(text.split('\r\n').slice(0, 2)).toEqual(['POST /p HTTP/1.1', `Host: ${named}:${port}`]);
});

test('the field Host may be given', async () => {
  const [text] = await heardAt('127.0.0.1', { ...plain, tunnel: { ...tunnel, host: 'gateway.test' } });
  expect(text).toContain('\r\nHost: gateway.test\r\n');
});
