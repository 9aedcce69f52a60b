using InterestService.Demo;

namespace InterestService.Api.Tests.Demo;

public sealed class DemoRunnerTests : IDisposable
{
    private readonly PlainConsole _terminal = new();

    // Nothing listens at this address: each test ends before or at the first request.
    private readonly HttpClient _service = new() { BaseAddress = new Uri("http://127.0.0.1:1") };

    public void Dispose()
    {
        _service.Dispose();
        _terminal.Dispose();
    }

    [Fact]
    public async Task Missing_file_is_reported_before_anything_starts()
    {
        var file = new FileInfo(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.csv"));
        Assert.Equal(1, await RunAsync(new DemoOptions([file])));
        Assert.Equal([$"{file.FullName}: no such file."], _terminal.Lines);
    }

    [Fact]
    public async Task Unknown_scenario_is_reported_before_anything_starts()
    {
        Assert.Equal(1, await RunAsync(new DemoOptions([], Scenario: "astrology")));
        Assert.Equal(["There is no scenario \"astrology\". Known are: ecommerce, social, education, health."], _terminal.Lines);
    }

    [Fact]
    public async Task Unreachable_service_is_reported_without_a_stack_trace()
    {
        Assert.Equal(1, await RunAsync(new DemoOptions([])));
        Assert.Contains("127.0.0.1:1", _terminal.Lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _terminal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupt_ends_the_demo_without_an_error()
    {
        Assert.Equal(130, await RunAsync(new DemoOptions([]), new CancellationToken(canceled: true)));
        Assert.Equal("Interrupted.", _terminal.Lines[^1]);
    }

    private Task<int> RunAsync(DemoOptions options, CancellationToken? cancellationToken = null) =>
        DemoRunner.RunAsync(_service, options, _terminal.Console, json: null, cancellationToken ?? TestContext.Current.CancellationToken);
}
