/** Modules that are not TypeScript: weights, the compiled revision, and a package without types. */

declare module '*.bin' {
  /** The file's bytes. */
  const bytes: ArrayBuffer
  export default bytes
}

declare module '#revision' {
  const revision: import('./config/revision.ts').Revision
  export default revision
}

declare module 'workerd' {
  /** A CommonJS module: `default` inside is the absolute path of the workerd program for this platform. */
  const workerd: { readonly default: string }
  export default workerd
}
