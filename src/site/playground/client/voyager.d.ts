declare module 'graphql-voyager/dist/voyager.standalone.js' {
  export * from 'graphql-voyager/typings/standalone.js';
}
