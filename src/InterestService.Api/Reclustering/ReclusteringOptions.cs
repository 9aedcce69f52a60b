using Cronos;
using InterestService.Api.Hosting;
using InterestService.Api.Requests;

namespace InterestService.Api.Reclustering;

/// <summary>When the service starts a clustering by itself, in section <c>InterestService:Reclustering</c>. Default: never.</summary>
internal sealed class ReclusteringOptions
{
    public const string Subsection = "Reclustering";

    /// <summary>Cron expression in UTC: <c>0 3 * * *</c> is every night at three. Default null: no schedule.</summary>
    public string? Cron { get; set; }

    /// <summary>
    /// Proportion of users who have moved, or of new events on items that the model does not know, above which a clustering starts;
    /// above 0, up to 1. Default null: drift is measured without consequence.
    /// </summary>
    public double? DriftThreshold { get; set; }

    /// <summary>The clustering to start, as <c>POST /clusterings</c> takes it.</summary>
    public StartClusteringRequest Request { get; set; } = new();

    /// <summary>Reads the options of the registered encoders and algorithms, which the binder of the configuration does not know.</summary>
    public void BindRegisteredOptions(IConfiguration configuration)
    {
        string section = ConfigurationPath.Combine(
            InterestServiceOptions.Section, Subsection, nameof(Request), nameof(Request.Parameters));
        if (Request.Parameters is { } parameters)
            Request = Request with { Parameters = RegisteredOptions.Bind(parameters, configuration.GetSection(section)) };
    }

    /// <summary>Returns the errors of all settings.</summary>
    public IEnumerable<string> Validate()
    {
        if (Cron is not null && FindFault(Cron) is { } fault)
            yield return $"Cron: Expected a cron expression such as '0 3 * * *', found '{Cron}': {fault}";
        if (DriftThreshold is not (null or (> 0 and <= 1)))
            yield return $"DriftThreshold: Expected above 0, up to 1, found {DriftThreshold}.";
        foreach (var (field, errors) in Request.Validate()) yield return $"Request__{field}: {errors[0]}";
    }

    /// <summary>Parses as Hangfire does, to which this library belongs: six fields begin with seconds.</summary>
    private static string? FindFault(string cron)
    {
        int fields = cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        try
        {
            CronExpression.Parse(cron, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
            return null;
        }
        catch (CronFormatException exception)
        {
            return exception.Message;
        }
    }
}
