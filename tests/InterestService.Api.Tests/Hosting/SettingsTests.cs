using InterestService.Api.Tests.Support;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Tests.Hosting;

public sealed class SettingsTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("EventWeights:view", "abc", "expected a number")]
    [InlineData("SourceWeights:web", "much", "expected a number")]
    [InlineData("FeedbackTypes:click", "banana", "expected None, Click, Conversion")]
    public async Task An_entry_without_a_valid_value_prevents_the_start_and_is_named(string key, string value, string expected)
    {
        string database = await postgres.CreateDatabaseAsync();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => ApiHost.StartAsync(database, $"--InterestService:{key}={value}"));
        Assert.Contains($"InterestService:{key}: {expected}, found '{value}'.", error.Message, StringComparison.Ordinal);
    }
}
