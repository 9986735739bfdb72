document.title = 'Headroom';
