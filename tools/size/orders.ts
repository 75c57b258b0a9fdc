import { brotliCompressSync } from 'node:zlib'
import { parse } from 'acorn'

/** The statements of a bundle in so many orders, each begun elsewhere. */
export function turned(code: string, orders: number): string[] {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' })
  return Array.from({ length: orders }, (_, i) => {
    const at = Math.floor((i * body.length) / orders)
    return [...body.slice(at), ...body.slice(0, at)].map(node => code.slice(node.start, node.end)).join('\n')
  })
}

/**
 * Octets of brotli, the mean over some orders of the bundle: one order says as much about what stands beside what as
 * about the code, some 30 octets for any edit.
 */
export const meanOctets = (code: string, orders: number): number =>
  turned(code, orders).reduce((sum, text) => sum + brotliCompressSync(text).length, 0) / orders
