"""The tabs beside the chart of trends: each reads one thing out of attempts and complaints."""
