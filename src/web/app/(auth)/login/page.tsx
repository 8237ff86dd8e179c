export default function Page() {
  return <p>Login</p>;
}
