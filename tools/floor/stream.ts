// Two machines with window scaling, timestamps and SACK on a lossy wire, the same on every engine: a stream each way, closed by
// both. One seed decides all, and the hash of everything that was on the wire and when has to be the same everywhere. It
// prints what came of it, the hash in the last line.
import { host } from '@tiny/core'
import { prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { type Handlers, type Tcp, tcp } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { scene } from './scene.ts'

const SEED = 23
const SIZE = 100000
const BUFFER = 65536

const { net, left, right, observer, end } = scene(SEED, {
  delay: 20,
  jitter: 2,
  loss: 0.02,
  duplicate: 0.01,
  reorder: 0.01,
  bandwidth: 1e7,
})

function machine(dev: typeof left, address: string): Tcp {
  const h = host(net.env(), { pool: 2 * BUFFER, observer })
  net.host(h, dev)
  return tcp(ipv4(h, ethernet(h, dev), { address: prefix(address) }), {
    windowScale: wscale(),
    timestamps: timestamps(),
    sack: sack(),
    sendBuffer: BUFFER >> 2,
    receiveBuffer: BUFFER,
    minRto: 200,
  })
}
const client = machine(left, '10.0.0.1/24')
const server = machine(right, '10.0.0.2/24')

const block = new Uint8Array(1000)
let wrong = 0
let whole = 0
const ends: string[] = []
/** All of it is written, all of it is read, then it is closed. */
function side(t: Tcp, name: string): Handlers {
  let sent = 0
  let got = 0
  return {
    onWritable(c) {
      while (sent < SIZE) {
        const n = Math.min(block.length, SIZE - sent)
        for (let i = 0; i < n; i++) block[i] = (sent + i) * 7
        const taken = t.write(c, block, 0, n)
        if (taken <= 0) return
        sent += taken
      }
      t.close(c)
    },
    onReadable(c) {
      for (let n = t.read(c, block); n > 0; n = t.read(c, block)) {
        for (let i = 0; i < n; i++) if (block[i] !== (((got + i) * 7) & 255)) wrong++
        got += n
      }
    },
    onClose(_c, code) {
      ends.push(`${name} ended with ${code} after ${got} octets`)
      if (!code && got === SIZE) whole++
    },
  }
}
server.listen(80, side(server, 'server'))
client.connect(prefix('10.0.0.2/24').address, 80, side(client, 'client'))
net.run(60000)

if (whole !== 2) throw new Error(`${whole} of two streams are whole: ${ends.join(', ')}`)
end(ends.join(', '), wrong)
