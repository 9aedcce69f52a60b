using InterestService.Api.Streams;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Streams;

[Collection(CapturedCommand.Collection)]
public sealed class KafkaSettingsTests
{
    [Theory]
    [InlineData("BootstrapServers=kafka:70:80", "InterestService__Kafka__BootstrapServers", "'kafka:70:80'")]
    [InlineData("BootstrapServers=kafka:9092,,other", "InterestService__Kafka__BootstrapServers", "''")]
    [InlineData("Topic=^events.*", "InterestService__Kafka__Topic", "'^events.*'")]
    [InlineData("DeadLetterTopic=refused events", "InterestService__Kafka__DeadLetterTopic", "'refused events'")]
    [InlineData("DeadLetterTopic=events", "InterestService__Kafka__DeadLetterTopic", "another topic than 'events'")]
    [InlineData("GroupId=", "InterestService__Kafka__GroupId", "must be a name")]
    [InlineData("BatchSize=0", "InterestService__Kafka__BatchSize", "1 to 1000000")]
    [InlineData("BatchSize=many", "InterestService:Kafka:BatchSize", "'many'")]
    [InlineData("LingerMilliseconds=-1", "InterestService__Kafka__LingerMilliseconds", "0 to 60000")]
    [InlineData("Settings:enable_auto_commit=true", "InterestService__Kafka__Settings__enable.auto.commit", "is set by the service")]
    [InlineData("Settings:security.protocl=ssl", "InterestService__Kafka__Settings", "security.protocl")]
    [InlineData("Settings:security.protocol=plain", "InterestService__Kafka__Settings", "security.protocol")]
    [InlineData("Settings:session_timeout_ms=soon", "InterestService__Kafka__Settings", "session.timeout.ms")]
    public async Task An_invalid_setting_is_reported_in_one_line_before_anything_starts(string setting, string name, string expected)
    {
        using var folder = new TestFolder();
        string data = Path.Combine(folder.Path, "data");
        var (exit, line) = await CapturedCommand.RunAsync(
            "serve", "--environment=Development", $"--InterestService:DataDirectory={data}", "--InterestService:Kafka:BootstrapServers=kafka:9092", $"--InterestService:Kafka:{setting}");
        Assert.Equal(1, exit);
        Assert.DoesNotContain('\n', line);
        Assert.Contains(name, line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public void Settings_of_librdkafka_reach_both_clients_whether_written_with_dots_or_underscores()
    {
        var options = new KafkaOptions
        {
            BootstrapServers = "SASL_SSL://kafka-1:9093, [::1]:9092,kafka-2",
            Settings = { ["security.protocol"] = "SASL_SSL", ["SASL_MECHANISM"] = "PLAIN", ["sasl_username"] = "reader", ["sasl.password"] = "under_score", ["auto.offset.reset"] = "latest" },
        };
        Assert.Empty(options.Validate());
        Assert.Equal("events-rejected", options.RejectedTopic);
        var consumer = options.ToConsumer();
        Assert.Equal(("latest", false, "interestservice"), (consumer.Get("auto.offset.reset"), consumer.EnableAutoCommit, consumer.GroupId));
        Assert.Equal("all", options.ToProducer().Get("acks"));
        foreach (Confluent.Kafka.ClientConfig config in (Confluent.Kafka.ClientConfig[])[consumer, options.ToProducer()])
            Assert.Equal(("SASL_SSL", "PLAIN", "reader", "under_score"), (config.Get("security.protocol"), config.Get("sasl.mechanism"), config.SaslUsername, config.SaslPassword));
    }

    [Fact]
    public void Without_brokers_nothing_is_checked() => Assert.Empty(new KafkaOptions { Topic = "" }.Validate());
}
