import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

export interface Options {
  seed: number
  isJson: boolean
  isHelp: boolean
  /** Where the capture file goes. */
  path: string
  /** The kernel's tools talk to our machine, instead of the scenes; it stays when they have. */
  isTap: boolean
  isStaying: boolean
}

export const USAGE = `usage: npm start -- [options]

Two machines on a simulated wire, explained as they talk. Needs no privileges, but for --tap.

  --seed N        replay: the same seed shows the same, to the octet (0 to 2147483647; drawn unless given)
  --json          one JSON document on standard output
  --capture FILE  where the capture is written, ./tiny.pcapng unless given
  --tap           instead: our machine on a TAP interface in a network of its own, and Linux's own ping, arping,
                  traceroute, netcat and curl talk to it; as root
  --stay          with --tap: the machine stays until Ctrl-C, to be tried by hand
  --help          this text
`

const WORDS = ['seed', 'json', 'capture', 'tap', 'stay']

/** Reads the command line. @throws Error for what is not understood, and for what npm has kept for itself */
export function options(args: string[], env: NodeJS.ProcessEnv = {}): Options {
  const kept = WORDS.find(word => env[`npm_config_${word}`] && !args.some(arg => arg.startsWith(`--${word}`)))
  if (kept)
    throw new Error(`--${kept} has to stand behind --, or npm takes it for one of its own: npm start -- --${kept}`)
  const { values } = parseArgs({
    args,
    strict: true,
    allowPositionals: false,
    options: {
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      capture: { type: 'string' },
      tap: { type: 'boolean', default: false },
      stay: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const seed = values.seed ?? String(randomInt(0x80000000))
  if (!/^\d{1,10}$/.test(seed) || Number(seed) > 0x7fffffff) throw new Error(`--seed ${seed} is not 0 to 2147483647`)
  if (values.capture === '') throw new Error('--capture wants a file')
  if (values.stay && !values.tap) throw new Error('--stay goes with --tap')
  // Linux's tools are no replay, and what they say is not captured: neither is passed over in silence.
  for (const word of ['seed', 'capture'] as const)
    if (values.tap && values[word] !== undefined) throw new Error(`--${word} does not go with --tap`)
  return {
    seed: Number(seed),
    isJson: values.json,
    isHelp: values.help,
    path: values.capture ?? './tiny.pcapng',
    isTap: values.tap,
    isStaying: values.stay,
  }
}
