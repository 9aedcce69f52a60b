using InterestService.Api.Hosting;

namespace InterestService.Api.Streams;

/// <summary>Events from Kafka.</summary>
internal static class StreamServices
{
    /// <summary>
    /// Reads events where <see cref="KafkaOptions.BootstrapServers"/> is set, in processes that do not only serve requests: their threads stay free for
    /// lookups, and all processes can have the same settings.
    /// </summary>
    public static void AddStreams(this WebApplicationBuilder builder, Role role)
    {
        builder.Services.AddSettings<KafkaOptions>(KafkaOptions.Subsection, check: options => options.Validate());
        var configured = builder.Configuration.GetSection($"{InterestServiceOptions.Section}:{KafkaOptions.Subsection}");
        if (role == Role.Api || string.IsNullOrWhiteSpace(configured[nameof(KafkaOptions.BootstrapServers)])) return;
        builder.Services.AddSingleton<KafkaLog>();
        builder.Services.AddSingleton<StreamState>();
        builder.Services.AddSingleton<StreamInstruments>();
        builder.Services.AddSingleton<BatchWriter>();
        builder.Services.AddSingleton<DeadLetters>();
        builder.Services.AddSingleton<BatchDelivery>();
        builder.Services.AddHostedService<EventStream>();
        builder.Services.AddHealthChecks().AddCheck<StreamCheck>("kafka");
    }
}
