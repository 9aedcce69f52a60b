using InterestService.Demo;

namespace InterestService.Api.Tests.Demo;

public sealed class DemoProgressTests
{
    [Fact]
    public async Task Without_a_terminal_a_stage_is_a_plain_line()
    {
        using var terminal = new PlainConsole();
        int result = await new DemoProgress(terminal.Console).RunAsync(show =>
        {
            foreach (double fraction in (double[])[0.1, 0.2, 0.3]) show(new DemoStep("encode", fraction, 1 - fraction));
            show(new DemoStep("cluster", 0.75));
            show(new DemoStep("cluster", 0.8));
            return Task.FromResult(7);
        });
        Assert.Equal(7, result);
        Assert.Equal(["encode (10 %)", "  encode ended at loss 0.7", "cluster (75 %)"], terminal.Lines);
        Assert.DoesNotContain('\e', terminal.Text);
    }
}
