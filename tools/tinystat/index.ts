// netstat for a machine of ours that runs in another process, such as that of `npm start -- --tap --stay`:
//   node tools/run.mjs tools/tinystat/index.ts [-s] [-t] [-u] [-r] [-w] [-l [-i SECONDS] [-n TIMES]] [-S SOCKET]
import { connect } from 'node:net'
import { parseArgs } from 'node:util'
import { connections, endpoints, rates, routes, said, statistics } from './print.ts'
import { newest } from './serve.ts'
import type { Files } from './stack.ts'

const USAGE = `usage: tinystat [-s] [-t] [-u] [-r] [-w] [-l [-i SECONDS] [-n TIMES]] [-S SOCKET]

  -s  counters of every protocol      -t  TCP connections      -u  UDP and raw sockets
  -r  routes, neighbours, interfaces  -w  what the counters say: what is wrong, and what to do; also if nothing is asked for
  -l  rates, live: every -i SECONDS (1), -n TIMES (until Ctrl-C)
  -S  the socket of the machine; that which was started last unless given
`

/** Characters that a machine may have to say, and milliseconds that it may be silent. */
const MOST = 1 << 26
const PATIENCE = 5000

const ask = (path: string): Promise<Files> =>
  new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(path)
    const refuse = (why: string): void => void socket.destroy(new Error(`${path} ${why}`))
    socket
      .setEncoding('utf8')
      .setTimeout(PATIENCE, () => refuse('does not answer'))
      .on('data', part => {
        text += part
        if (text.length > MOST) refuse('says too much')
      })
      .on('error', reject)
      .on('end', () => {
        try {
          resolve(filesOf(JSON.parse(text)))
        } catch {
          refuse('is no machine of ours')
        }
      })
  })

/** @throws Error for what is not files as text */
function filesOf(value: unknown): Files {
  const files = Object(value) as Files
  if (!('snmp' in files) || Object.values(files).some(text => typeof text !== 'string')) throw new Error('no files')
  return files
}

/** The machine that was started last, of those that still run. */
async function running(): Promise<{ path: string; f: Files }> {
  for (const path of newest()) {
    const f = await ask(path).catch((e: NodeJS.ErrnoException) => {
      if (e.code !== 'ECONNREFUSED' && e.code !== 'ENOENT') throw e
    })
    if (f) return { path, f }
  }
  throw new Error('no machine runs: npm start -- --tap --stay starts one')
}

const print = (lines: string[]): void => void process.stdout.write(`${lines.join('\n')}\n`)

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      s: { type: 'boolean', short: 's' },
      t: { type: 'boolean', short: 't' },
      u: { type: 'boolean', short: 'u' },
      r: { type: 'boolean', short: 'r' },
      w: { type: 'boolean', short: 'w' },
      l: { type: 'boolean', short: 'l' },
      i: { type: 'string', short: 'i', default: '1' },
      n: { type: 'string', short: 'n', default: 'Infinity' },
      S: { type: 'string', short: 'S' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const isAny = values.s || values.t || values.u || values.r || values.w || values.l
  const [seconds, times] = [Number(values.i), Number(values.n)]
  if (values.help || !(seconds >= 0.01) || !(times >= 1)) {
    process.stdout.write(USAGE)
    return values.help ? 0 : 2
  }
  const { path, f: first } = values.S ? { path: values.S, f: await ask(values.S) } : await running()
  let f = first
  if (values.s) print(statistics(f))
  if (values.t) print(connections(f))
  if (values.u) print(endpoints(f))
  if (values.r) print(routes(f))
  if (values.w || !isAny) print(said(f))
  for (let i = 0; values.l && i < times; i++) {
    const at = performance.now()
    await new Promise(resolve => setTimeout(resolve, seconds * 1000))
    const now = await ask(path)
    const lines = rates(f, now, (performance.now() - at) / 1000)
    print([...(lines.length ? lines : ['nothing moves']), ''])
    f = now
  }
  return 0
}

main().then(
  code => (process.exitCode = code),
  (error: Error) => {
    process.stderr.write(`tinystat: ${error.message}\n`)
    process.exitCode = 1
  },
)
