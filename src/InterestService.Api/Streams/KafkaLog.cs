using Confluent.Kafka;

namespace InterestService.Api.Streams;

/// <summary>Receives the log lines of librdkafka, which has threads of its own. Thread-safe.</summary>
internal sealed partial class KafkaLog(ILogger<KafkaLog> logger)
{
    public void Write(LogMessage line)
    {
        // Each of the two clients names the settings that only the other one has.
        if (line.Facility == "CONFWARN") return;
        var level = line.Level <= SyslogLevel.Warning ? LogLevel.Warning : LogLevel.Debug;
        LogLine(level, line.Facility, line.Message);
    }

    [LoggerMessage(Message = "Kafka, {Facility}: {Line}")]
    private partial void LogLine(LogLevel level, string facility, string line);
}
