import tseslint from 'typescript-eslint';

const IMPURE_GLOBALS = ['process', 'console', 'performance', 'crypto', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Buffer'];
// Constructors are exempt: what they take is injected.
const NO_DEFAULT = {
  selector: 'ExportDefaultDeclaration',
  message: 'a name is searched for; a default is not',
};
const FEW_PARAMETERS = {
  selector: ":function[params.length>4]:not(MethodDefinition[kind='constructor'] > FunctionExpression)",
  message: 'four parameters at most, or one object',
};
const WEB_SYNTAX = [
  NO_DEFAULT,
  FEW_PARAMETERS,
  { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'text is shown as text' },
  { selector: "JSXAttribute[name.name='style']", message: 'styles are in web/style; a place that is a figure goes through web/ui/placed.tsx' },
];
const WHY_DATED = 'a test begins at TESTS_BEGIN, whenever it is run';
const WHY_PURE = 'rules are pure: time, ids and outside facts arrive in the command';

export default tseslint.config(
  {
    ignores: ['dist/', 'coverage/', '.headroom/', 'node_modules/', 'src/platform/prisma/generated/', 'dist-web/', 'web/api/schema.types.d.ts', '**/*.mjs', '**/*.cjs', '**/*.js'],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.base],
    // What needs types, and the rules of React, are in .oxlintrc.json. Metadata of decorators is as tsconfig.json has it.
    languageOptions: { parserOptions: { experimentalDecorators: true, emitDecoratorMetadata: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 70 }],
      'max-depth': ['error', 3],
      complexity: ['error', { max: 8, variant: 'modified' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': ['error', NO_DEFAULT, FEW_PARAMETERS],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/explicit-function-return-type': ['error', { allowExpressions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'typeLike', format: ['PascalCase'] },
        { selector: 'function', format: ['camelCase', 'PascalCase'] },
      ],
    },
  },
  {
    files: ['src/kernel/**/*.ts', 'src/*/model/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.property.ts'],
    rules: {
      'no-restricted-globals': ['error', ...IMPURE_GLOBALS.map((name) => ({ name, message: WHY_PURE }))],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: WHY_PURE },
        { object: 'Math', property: 'random', message: WHY_PURE },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: WHY_PURE },
        NO_DEFAULT,
        FEW_PARAMETERS,
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*', '@nestjs/*', '@prisma/*', 'pg', 'bullmq', 'ioredis', 'stripe', 'fastify'], message: WHY_PURE }] },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.property.ts', 'test/**/*.ts'],
    rules: {
      // `describe` is one function that holds a suite.
      'max-lines-per-function': 'off',
      complexity: 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/explicit-function-return-type': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
    },
  },
  {
    // What a test does on the last day of a month it does on every other.
    files: ['**/*.spec.ts', '**/*.property.ts', 'test/**/*.ts'],
    ignores: ['test/support/test-time.ts', 'test/support/faked-clock.ts', 'test/release/**'],
    rules: {
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: WHY_DATED }],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: WHY_DATED },
        NO_DEFAULT,
        FEW_PARAMETERS,
      ],
    },
  },
  {
    files: ['web/**/*.ts', 'web/**/*.tsx'],
    ignores: ['**/*.spec.ts'],
    languageOptions: { parserOptions: { experimentalDecorators: false, emitDecoratorMetadata: false } },
    rules: {
      'no-restricted-syntax': ['error', ...WEB_SYNTAX],
    },
  },
  {
    // A `$` that a page writes itself has no currency; queries of the docs say `$name`.
    files: ['web/**/*.ts', 'web/**/*.tsx'],
    ignores: ['**/*.spec.ts', 'web/docs/**', 'web/ui/format.ts', 'web/ui/usd-figure.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...WEB_SYNTAX, { selector: "TemplateElement[tail=false][value.raw=/\\$$/]", message: 'amounts come from usd(), <Money> or <Amount>, which say USD' }],
    },
  },
  { files: ['src/main.ts'], rules: { 'no-console': 'off' } },
);
