// Fetches a page from a second machine in the same program, over a wire that loses 5 % of all frames. `--tap URL` fetches
// one from this computer, which is 10.0.0.1 then: node index.js --tap http://10.0.0.1:8000/
import { execSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { sim } from '@tiny/sim'
import { tcp } from '@tiny/tcp'
import { get } from './client.js'
import { servePage } from './page.js'

function machine(env, dev, own) {
  const h = host(env, strict('core', { pool: 1 << 20 }))
  const ip = ipv4(h, ethernet(h, dev), strict('ipv4', { address: prefix(own) }))
  return { h, t: tcp(ip, strict('tcp', { receiveBuffer: 65536 })) }
}
function fetchFrom(t, url, then) {
  const hash = createHash('sha256')
  let octets = 0
  get(t, url, {
    onHead: (status, fields) => console.log(`${url} ${status} ${fields['content-type']}`),
    onBody(b) {
      hash.update(b)
      octets += b.length
    },
    onEnd: error => then(error, console.log(error || `${octets} octets, sha256 ${hash.digest('hex')}`)),
  })
}
const end = error => (process.exitCode = error ? 1 : 0)

if (process.argv[2] === '--tap') {
  const { env, run, tap } = await import('@tiny/tun')
  const dev = tap(strict('tap', { name: 'tap0' }))
  const { h, t } = machine(env(), dev, '10.0.0.2/24')
  const stop = run(h, dev)
  execSync('ip addr add 10.0.0.1/24 dev tap0 && ip link set tap0 up')
  // The timers, too: TIME-WAIT would keep the program for minutes.
  fetchFrom(t, process.argv[3], error => end(error, stop(), dev.close()))
} else {
  const net = sim(strict('sim', { seed: 6 }))
  const [near, far] = net.wire(strict('wire', { delay: 10, loss: 0.05 }))
  const server = machine(net.env(), far, '10.0.0.2/24')
  net.host(server.h, far)
  servePage(server.t, 80)
  const { h, t } = machine(net.env(), near, '10.0.0.1/24')
  net.host(h, near)
  let isDone = false
  fetchFrom(t, 'http://10.0.0.2/', error => (isDone = !end(error)))
  net.run(60000, () => isDone)
  console.log(`after ${net.now().toFixed(0)} ms; ${near.stats.lost + far.stats.lost} frames were lost on the way`)
}
