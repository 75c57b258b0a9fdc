import { mib } from '@tiny/mib'
import { snapshot, snmp } from '@tiny/mib/proc'
import { connect, serve } from '@tiny/tfo'
import { COUNTERS, PORT } from './config.js'

/** Says what readings come in, and answers each. */
export function collect(t, now) {
  const b = new Uint8Array(3)
  const collector = t.listen(PORT, {
    onReadable(c) {
      t.read(c, b)
      console.log(
        `${now().toFixed(0).padStart(5)} ms  reading ${b[0]}: answered after ${b[1]} ms; ${b[2]} routers heard`,
      )
      t.write(c, Uint8Array.of(1))
      t.release(c)
    },
  })
  serve(t, collector)
}

/** Asks a machine for its counters, and says those of Ip and Tcp. */
export function readCounters(t, address) {
  const page = new Uint8Array(4096)
  let got = 0
  const reader = {
    onReadable: c => void (got += t.read(c, page, got)),
    onEnd(c) {
      t.close(c)
      const words = new Uint32Array(page.buffer.slice(0, got))
      const counters = mib()
      const size = counters.values.length
      for (let i = size; i < words.length; i += 2) counters.count(words[i], words[i + 1])
      counters.values.set(words.subarray(0, size))
      const lines = snmp(snapshot(counters)).split('\n')
      console.log(lines.filter(line => /^(Ip|Tcp):/.test(line)).join('\n'))
    },
  }
  connect(t, address, COUNTERS, reader, Uint8Array.of(1))
}
