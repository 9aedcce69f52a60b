using InterestService.EmbeddedPostgres;

namespace InterestService.Api.Tests.EmbeddedPostgres;

public sealed class CommandTests
{
    [Fact]
    public async Task A_program_that_the_machine_lacks_is_named_with_a_remedy()
    {
        // As in an image without a shell.
        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(
            () => Command.RunAsync("/no/such/program", [], TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        Assert.Contains("/no/such/program", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__Postgres", failure.Message, StringComparison.Ordinal);
    }
}
