using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting;

internal static class SettingsServices
{
    public static void AddSettings(this IServiceCollection services)
    {
        services.AddOptions<InterestServiceOptions>()
            .BindConfiguration(InterestServiceOptions.Section)
            .Configure<IConfiguration>((options, configuration) => options.Reclustering.BindRegisteredOptions(configuration))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<InterestServiceOptions>, InterestServiceOptionsValidator>();
    }
}

/// <summary>The program cannot start, and whoever started it can mend that: the message is all they need.</summary>
internal sealed class StartupException(string message) : Exception(message);
