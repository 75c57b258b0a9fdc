// The server, and a second machine that fetches pages from it over a wire which loses 2 % of all frames. With --tap the
// other machine is this computer: any browser, curl or wget. The last argument is the folder, ./public unless given.
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { sim } from '@tiny/sim'
import { tcp } from '@tiny/tcp'
import { serve } from './server.js'

const isTap = process.argv[2] === '--tap'
const folder = process.argv[isTap ? 3 : 2] ?? new URL('public', import.meta.url).pathname

function machine(env, dev, own) {
  const h = host(env, strict('core', { pool: 16 << 20 }))
  const ip = ipv4(h, ethernet(h, dev), strict('ipv4', { address: prefix(own) }))
  return { h, t: tcp(ip, strict('tcp', { connections: 256, sendBuffer: 65536, timeWaits: 256 })) }
}

async function onTap() {
  const { env, run, tap } = await import('@tiny/tun')
  const { execSync } = await import('node:child_process')
  const dev = tap(strict('tap', { name: 'tap0' }))
  const { h, t } = machine(env(), dev, '10.0.0.2/24')
  serve(t, 80, folder)
  run(h, dev)
  execSync('ip addr add 10.0.0.1/24 dev tap0 && ip link set tap0 up')
  console.log('until Ctrl-C: curl http://10.0.0.2/')
}

function onWire() {
  const net = sim(strict('sim', { seed: 6 }))
  const [near, far] = net.wire(strict('wire', { delay: 5, loss: 0.02 }))
  const server = machine(net.env(), far, '10.0.0.2/24')
  serve(server.t, 80, folder)
  net.host(server.h, far)
  const { h, t } = machine(net.env(), near, '10.0.0.1/24')
  net.host(h, near)
  const b = Buffer.alloc(4096)
  const paths = ['/', '/wave.svg', '/nothing', '/../server.js']
  let text = ''
  const c = t.connect(address('10.0.0.2'), 80, {
    // All at once: the server takes one after the other.
    onWritable: c =>
      t.write(c, Buffer.from(paths.map(path => `GET ${path} HTTP/1.1\r\n\r\n`).join('')), 0) && t.close(c),
    onReadable(c) {
      for (let n; (n = t.read(c, b)) > 0; ) text += b.latin1Slice(0, n)
    },
  })
  net.run(60000, () => c.state === 0)
  for (const [i, answer] of text.split(/(?=HTTP\/1.1 )/).entries())
    console.log(`${paths[i].padEnd(14)} ${answer.split('\r\n')[0]}, ${answer.length} octets`)
  console.log(`${net.now().toFixed(0)} ms, ${near.stats.lost + far.stats.lost} frames lost`)
  process.exitCode = text.split('HTTP/1.1 200 OK').length === 3 ? 0 : 1
}

await (isTap ? onTap() : onWire())
