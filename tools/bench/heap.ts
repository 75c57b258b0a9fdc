const { gc } = globalThis as { gc?: () => void }

/** Octets of the heap, typed arrays included, when what nobody holds has gone: needs --expose-gc. */
export function heap(): number {
  if (!gc) throw new Error('node --expose-gc')
  for (let i = 0; i < 3; i++) gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
