using InterestService.Api.Cli;

namespace InterestService.Api.Tests.Cli;

public sealed class DemoCommandTests
{
    [Theory]
    [InlineData("http://[::]:8080", "http://127.0.0.1:8080/")] // as containers listen
    [InlineData("http://0.0.0.0:5080", "http://127.0.0.1:5080/")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080/")]
    [InlineData("http://localhost:5080", "http://localhost:5080/")]
    public void The_demo_calls_an_address_of_all_interfaces_by_the_loopback(string listens, string calls) =>
        Assert.Equal(calls, DemoCommand.CallableAddress(listens).AbsoluteUri);
}
