import {defineConfig} from 'vite';

// `npm run dev` sends what is not the page itself to a router (CORDBOARD_HTTP, default its own default).
const router = process.env.CORDBOARD_HTTP ?? 'http://127.0.0.1:7080';

export default defineConfig({
  base: './',
  esbuild: {jsx: 'automatic', jsxImportSource: 'preact'},
  build: {
    outDir: process.env.CORDBOARD_DASHBOARD_OUT ?? '../build/release/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // everything is a file of its own: the router forbids inline scripts and data URLs
    modulePreload: {polyfill: false},
  },
  worker: {format: 'es'},
  server: {proxy: {'^/cordboard\\.v1\\.': {target: router, changeOrigin: false}}},
});
