// A machine of 2 MiB: all of QuickJS, its stack and its heap inside 32 pages of WebAssembly memory. (The engine's own
// memory limit is no use for this: it does not count typed arrays.)
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { CompileFlags, QuickJS } from 'quickjs-wasi'

export const PAGES = 32
/** What a firmware has to leave of it. */
export const LEAST_FREE_KIB = 256

const image = readFileSync(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm'))

function leb(n: number): number[] {
  const out: number[] = []
  do {
    const low = n & 127
    n >>>= 7
    out.push(n > 0 ? low | 128 : low)
  } while (n > 0)
  return out
}

/** The same WebAssembly image with a maximum in its memory section: { min } becomes { min, max }. */
function capped(wasm: Buffer, pages: number): Buffer {
  let p = 8
  const read = (): number => {
    let n = 0
    let octet = 0
    for (let shift = 0; ; shift += 7) {
      octet = wasm[p++] ?? 0
      n |= (octet & 127) << shift
      if (octet < 128) return n
    }
  }
  while (p < wasm.length) {
    const start = p
    const id = wasm[p++]
    const length = read()
    const end = p + length
    if (id === 5) {
      read() // one memory
      read() // its flags: no maximum
      const body = [1, 1, ...leb(read()), ...leb(pages)]
      return Buffer.concat([
        wasm.subarray(0, start),
        Buffer.from([5, ...leb(body.length), ...body]),
        wasm.subarray(end),
      ])
    }
    p = end
  }
  throw new Error('no memory section')
}

// Fills what is left with buffers of 4 KiB and counts them.
const PROBE = `
;(function () { var held = [], n = 0; try { for (;;) { held.push(new Uint8Array(4096)); n++ } } catch (e) { held = null } print('free ' + n * 4) })()`

export interface Machine {
  printed: string
  /** KiB left for buffers when the script had ended. */
  free: number
}

/** Runs a script in the small machine, from source or from bytecode without debug information. */
export async function runQuickJs(code: string, form: 'source' | 'bytecode'): Promise<Machine> {
  const script = code + PROBE
  let bytecode: Uint8Array | null = null
  if (form === 'bytecode') {
    const compiler = await QuickJS.create({ wasm: image })
    bytecode = compiler.compile(script, 'firmware.js', undefined, CompileFlags.STRIP_SOURCE | CompileFlags.STRIP_DEBUG)
  }
  const machine = await QuickJS.create({ wasm: capped(image, PAGES) })
  const printed: string[] = []
  const print = machine.newFunction('print', text => {
    printed.push(text?.toString() ?? '')
    return machine.undefined
  })
  machine.setProp(machine.global, 'print', print)
  const result = bytecode ? machine.evalBytecode(bytecode) : machine.evalCode(script)
  result.dispose()
  const free = Number(printed.pop()?.replace('free ', ''))
  return { printed: printed.join('\n'), free }
}
