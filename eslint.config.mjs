import eslint from '@eslint/js';
import { importX } from 'eslint-plugin-import-x';
import { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Which libraries a library may import. Apps may import all; nobody imports an app. */
const allowedImports = {
  errors: [],
  'time-limit': [],
  tracing: [],
  pictures: ['errors', 'tracing'],
  contracts: ['errors'],
  configuration: ['errors'],
  storage: ['errors', 'configuration', 'time-limit', 'tracing'],
  fetching: ['errors', 'configuration', 'time-limit', 'tracing'],
  blip: ['errors', 'pictures'],
  messaging: ['errors', 'configuration', 'contracts', 'observability', 'tracing'],
  observability: ['errors', 'configuration', 'time-limit'],
  access: ['errors', 'configuration', 'observability', 'persistence', 'service', 'time-limit'],
  validation: ['errors'],
  grpc: ['errors', 'configuration', 'contracts', 'tracing'],
  persistence: ['errors', 'configuration', 'contracts', 'observability', 'tracing'],
  statistics: ['persistence'],
  outbox: ['errors', 'contracts', 'messaging', 'observability', 'persistence', 'tracing'],
  service: ['errors', 'configuration', 'observability', 'tracing'],
  webhooks: ['errors', 'persistence'],
  'storage-identity': ['errors', 'observability', 'persistence', 'service', 'storage'],
  images: [
    'errors',
    'contracts',
    'fetching',
    'messaging',
    'observability',
    'outbox',
    'persistence',
    'storage',
    'storage-identity',
    'time-limit',
    'tracing',
    'validation',
  ],
};
const libraries = Object.keys(allowedImports);

const directions = Object.entries(allowedImports).map(([library, allowed]) => ({
  files: [`libs/${library}/src/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: libraries.filter((other) => !allowed.includes(other)).map((other) => `@ekphrasis/${other}`),
            message: `libs/${library} may import only: ${allowed.join(', ') || 'nothing of ours'}.`,
          },
          { group: ['@ekphrasis/*/*', '**/apps/**'], message: 'Import a library by its index.ts; never an app.' },
        ],
      },
    ],
  },
}));

const restrictedSyntax = [
  { selector: 'ExportAllDeclaration', message: 'Re-export by name.' },
  {
    selector: "ImportDeclaration[source.value='onnxruntime-node']",
    message: 'Import it from libs/blip/src/captioner/onnx-runtime.ts, which turns its telemetry off first.',
  },
];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.run/',
      'coverage/',
      'libs/contracts/src/grpc/generated/',
      'models/*/*',
      '!models/*/evaluation/',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } }),
      ],
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: [
            {
              target: './libs/*/src/**/*',
              from: ['./apps/**/*', './models/**/*'],
              message: 'A library knows neither an app nor a model.',
            },
          ],
        },
      ],
      'no-restricted-syntax': ['error', ...restrictedSyntax],
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts', '**/test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    ignores: ['libs/outbox/**', 'libs/webhooks/src/lifecycle/**', 'apps/api/src/*/lifecycle/**', '**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...restrictedSyntax,
        {
          selector: ":matches(TemplateElement[value.raw=/INTO outbox/i], Literal[value='outbox'])",
          message: 'Messages get into the outbox by libs/outbox alone: append, or appending in a larger statement.',
        },
        {
          selector: 'TemplateElement[value.raw=/SET status\\b/i]',
          message: 'A status is changed by the repository of its row’s lifecycle alone.',
        },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'Buffer',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'setImmediate',
          'URL',
          'AbortController',
          'AbortSignal',
          'fetch',
          'FormData',
          'Blob',
          'performance',
          'module',
          'require',
          '__dirname',
          '__filename',
          'structuredClone',
          'TextDecoder',
          'TextEncoder',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['apps/*/src/**/public/**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'document',
          'window',
          'navigator',
          'EventSource',
          'IntersectionObserver',
          'TextDecoderStream',
          'location',
          'HTMLElement',
          'customElements',
          'Intl',
          'File',
          'matchMedia',
          'requestAnimationFrame',
          'crypto',
          'sessionStorage',
          'URLSearchParams',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['apps/*/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@ekphrasis/*/*', '**/apps/**'], message: 'Import a library by its index.ts; never an app.' },
          ],
        },
      ],
    },
  },
  ...directions,
);
