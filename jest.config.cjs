/** What every project shares: TypeScript through ts-jest (types are checked by `npm run types`), aliases as in tsconfig.json. */
const shared = {
  rootDir: __dirname,
  testEnvironment: '<rootDir>/test/onnx-environment.cjs',
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json', diagnostics: false }] },
  moduleNameMapper: {
    '^@ekphrasis/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.run/'],
};

module.exports = {
  testTimeout: 180_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{apps,libs}/**/src/**/*.spec.ts',
        '<rootDir>/models/*/evaluation/**/*.spec.ts',
        '<rootDir>/test/{support,faults,soak,fuzz}/**/*.spec.ts',
        '<rootDir>/tools/**/*.spec.ts',
      ],
    },
    { ...shared, displayName: 'medium', testMatch: ['<rootDir>/{apps,libs}/*/test/**/*.spec.ts'] },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
  ],
};
