import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'

/** `STELLA_API` names the application service that a page under development talks to. */
const api = process.env.STELLA_API ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  // The page builds from the protocol's sources, so that it needs no build of another package first.
  resolve: { conditions: ['stellacontrol-source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    // The content security policy allows files of this origin only, so nothing may become a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': { target: api, ws: true, changeOrigin: true } } },
})
